terraform {
  required_version = ">= 1.11"

  # Bucket, key and region: backend.hcl. The lock is a file beside the state.
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region              = local.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = { application = "tidegate", environment = "staging" }
  }
}

provider "aws" {
  alias               = "global"
  region              = "us-east-1"
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = { application = "tidegate", environment = "staging" }
  }
}
