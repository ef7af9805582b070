bucket = "tidegate-production-terraform-state"
key    = "tidegate/terraform.tfstate"
region = "eu-central-1"
