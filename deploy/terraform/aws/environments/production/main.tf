locals {
  region = "eu-central-1"
}

module "tidegate" {
  source    = "../../stack"
  providers = { aws = aws, aws.global = aws.global }

  environment             = "production"
  region                  = local.region
  zones                   = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  cidr                    = "10.30.0.0/16"
  administrator_role_arns = var.administrator_role_arns
  pusher_arns             = var.pusher_arns
  node_type               = "c7i.2xlarge"
  nodes                   = { min = 3, max = 40 }
  deletion_protection     = true

  # Redis that keeps what it has answered is run by oneself: docs/decisions. For ElastiCache, and what it loses:
  # { node_type = "cache.r7g.large", replicas = 2 }
  managed_redis = null
  kafka_type    = "kafka.m7g.large"

  database = {
    instance_class  = "db.m7g.large"
    multi_az        = true
    replica         = true
    storage_gb      = 100
    max_connections = 600
    backup_days     = 14
  }

  edge = {
    domain               = var.domain
    origin_domain        = "origin.${var.domain}"
    certificate_arn      = var.certificate_arn
    requests_per_address = 1200
  }
}
