# Everything of one environment. Environments differ in values alone.
locals {
  name = "tidegate-${var.environment}"
}

data "google_project" "this" {
  project_id = var.project_id
}

# Places for secrets, and none of their values: those are set by hand, and are in no state and no git.
resource "google_secret_manager_secret" "this" {
  for_each = toset(["shop", "monitoring"])

  secret_id           = "tidegate-${var.environment}-${each.value}"
  deletion_protection = var.deletion_protection

  replication {
    auto {}
  }
}

module "network" {
  source = "../modules/network"

  name   = local.name
  region = var.region
  cidr   = var.cidr
}

module "cluster" {
  source = "../modules/cluster"

  name                = local.name
  project_id          = var.project_id
  project_number      = data.google_project.this.number
  region              = var.region
  network_id          = module.network.network_id
  subnetwork_id       = module.network.subnetwork_id
  control_plane_cidr  = var.control_plane_cidr
  administrator_cidrs = var.administrator_cidrs
  machine_type        = var.machine_type
  nodes_per_zone      = var.nodes_per_zone
  secret_ids          = { for name, secret in google_secret_manager_secret.this : name => secret.id }
  deletion_protection = var.deletion_protection
}

module "registry" {
  source = "../modules/registry"

  name    = local.name
  region  = var.region
  pushers = var.pushers
}

module "database" {
  source = "../modules/database"

  name                = local.name
  region              = var.region
  network_id          = module.network.network_id
  tier                = var.database.tier
  regional            = var.database.regional
  storage_gb          = var.database.storage_gb
  max_connections     = var.database.max_connections
  backups             = var.database.backups
  deletion_protection = var.deletion_protection
}

module "cache" {
  source = "../modules/cache"
  count  = var.managed_redis_gb == null ? 0 : 1

  name                = local.name
  region              = var.region
  network_id          = module.network.network_id
  memory_gb           = var.managed_redis_gb
  deletion_protection = var.deletion_protection
}

module "edge" {
  source = "../modules/edge"

  name                 = local.name
  requests_per_address = var.requests_per_address
  blocked_ja4          = var.blocked_ja4
}

module "monitoring" {
  source = "../modules/monitoring"

  name           = local.name
  project_id     = var.project_id
  domain         = var.domain
  mail_addresses = var.mail_addresses
}
