terraform {
  required_version = ">= 1.11"

  # Bucket and prefix: backend.hcl. Cloud Storage locks by itself.
  backend "gcs" {}

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.0"
    }
  }
}

provider "google" {
  project        = var.project_id
  region         = local.region
  default_labels = { application = "tidegate", environment = "staging" }
}
