locals {
  region = "europe-west3"
}

module "tidegate" {
  source = "../../stack"

  environment          = "production"
  project_id           = var.project_id
  region               = local.region
  cidr                 = "10.50.0.0/16"
  control_plane_cidr   = "172.16.0.0/28"
  administrator_cidrs  = var.administrator_cidrs
  machine_type         = "c3-standard-8"
  nodes_per_zone       = { min = 1, max = 12 }
  pushers              = var.pushers
  domain               = var.domain
  requests_per_address = 1200
  mail_addresses       = var.mail_addresses
  deletion_protection  = true

  # Redis that keeps what it has answered is run by oneself: docs/decisions. For Memorystore, and what it loses: its GB.
  managed_redis_gb = null

  database = {
    tier            = "db-custom-4-16384"
    regional        = true
    storage_gb      = 100
    max_connections = 600
    backups         = 14
  }
}
