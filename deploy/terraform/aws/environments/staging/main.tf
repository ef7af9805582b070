locals {
  region = "eu-central-1"
}

module "tidegate" {
  source    = "../../stack"
  providers = { aws = aws, aws.global = aws.global }

  environment             = "staging"
  region                  = local.region
  zones                   = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  cidr                    = "10.20.0.0/16"
  administrator_role_arns = var.administrator_role_arns
  pusher_arns             = var.pusher_arns
  node_type               = "m7i.large"
  nodes                   = { min = 3, max = 6 }
  deletion_protection     = false

  # As the overlay of staging has it: stores of its own, inside the cluster.
  managed_redis = null
  kafka_type    = null

  database = {
    instance_class  = "db.t4g.medium"
    multi_az        = false
    replica         = false
    storage_gb      = 20
    max_connections = 200
    backup_days     = 7
  }

  edge = {
    domain               = var.domain
    origin_domain        = "origin.${var.domain}"
    certificate_arn      = var.certificate_arn
    requests_per_address = 1200
  }
}
