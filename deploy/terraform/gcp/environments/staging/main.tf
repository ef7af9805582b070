locals {
  region = "europe-west3"
}

module "tidegate" {
  source = "../../stack"

  environment          = "staging"
  project_id           = var.project_id
  region               = local.region
  cidr                 = "10.40.0.0/16"
  control_plane_cidr   = "172.16.0.0/28"
  administrator_cidrs  = var.administrator_cidrs
  machine_type         = "e2-standard-2"
  nodes_per_zone       = { min = 1, max = 2 }
  pushers              = var.pushers
  domain               = var.domain
  requests_per_address = 1200
  mail_addresses       = var.mail_addresses
  deletion_protection  = false

  # Redis that keeps what it has answered is run by oneself: docs/decisions. For Memorystore, and what it loses: its GB.
  managed_redis_gb = null

  database = {
    tier            = "db-custom-1-3840"
    regional        = false
    storage_gb      = 20
    max_connections = 200
    backups         = 7
  }
}
