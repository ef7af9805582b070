bucket = "tidegate-production-terraform-state"
prefix = "tidegate"
