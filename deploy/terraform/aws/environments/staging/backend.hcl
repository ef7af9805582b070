bucket = "tidegate-staging-terraform-state"
key    = "tidegate/terraform.tfstate"
region = "eu-central-1"
