# Everything of one environment. Environments differ in values alone.
locals {
  name = "tidegate-${var.environment}"

  stores = {
    vpc_id                   = module.network.vpc_id
    subnet_ids               = module.network.private_subnet_ids
    client_security_group_id = module.cluster.node_security_group_id
  }
}

module "network" {
  source = "../modules/network"

  name  = local.name
  cidr  = var.cidr
  zones = var.zones
}

module "secrets" {
  source = "../modules/secrets"

  environment = var.environment
}

module "cluster" {
  source = "../modules/cluster"

  name                    = local.name
  kubernetes_version      = var.kubernetes_version
  subnet_ids              = module.network.private_subnet_ids
  administrator_cidrs     = var.administrator_cidrs
  administrator_role_arns = var.administrator_role_arns
  instance_type           = var.node_type
  nodes                   = var.nodes
  secret_arns             = module.secrets.arns
  secret_key_arn          = module.secrets.key_arn
  deletion_protection     = var.deletion_protection
}

module "registry" {
  source = "../modules/registry"

  name        = local.name
  pusher_arns = var.pusher_arns
}

module "database" {
  source = "../modules/database"

  name                     = local.name
  vpc_id                   = local.stores.vpc_id
  subnet_ids               = local.stores.subnet_ids
  client_security_group_id = local.stores.client_security_group_id
  instance_class           = var.database.instance_class
  multi_az                 = var.database.multi_az
  replica                  = var.database.replica
  storage_gb               = var.database.storage_gb
  max_connections          = var.database.max_connections
  backup_days              = var.database.backup_days
  deletion_protection      = var.deletion_protection
}

module "cache" {
  source = "../modules/cache"
  count  = var.managed_redis == null ? 0 : 1

  name                     = local.name
  vpc_id                   = local.stores.vpc_id
  subnet_ids               = local.stores.subnet_ids
  client_security_group_id = local.stores.client_security_group_id
  node_type                = var.managed_redis.node_type
  replicas                 = var.managed_redis.replicas
}

module "broker" {
  source = "../modules/broker"
  count  = var.kafka_type == null ? 0 : 1

  name                     = local.name
  vpc_id                   = local.stores.vpc_id
  subnet_ids               = local.stores.subnet_ids
  client_security_group_id = local.stores.client_security_group_id
  instance_type            = var.kafka_type
}

module "edge" {
  source    = "../modules/edge"
  providers = { aws = aws.global }

  name                 = local.name
  domain               = var.edge.domain
  origin_domain        = var.edge.origin_domain
  origin_region        = var.region
  vpc_id               = module.network.vpc_id
  vpc_cidr             = var.cidr
  certificate_arn      = var.edge.certificate_arn
  requests_per_address = var.edge.requests_per_address
  blocked_ja4          = var.edge.blocked_ja4
  join_needs_browser   = var.edge.join_needs_browser
}

module "monitoring" {
  source = "../modules/monitoring"

  name        = local.name
  domain      = var.edge.domain
  database_id = module.database.id
  cache_id    = one(module.cache[*].id)
}
