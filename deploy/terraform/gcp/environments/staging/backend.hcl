bucket = "tidegate-staging-terraform-state"
prefix = "tidegate"
