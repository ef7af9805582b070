output "cluster_name" {
  description = "For aws eks update-kubeconfig"
  value       = module.cluster.name
}

output "service_account_role_arns" {
  description = "For the annotation eks.amazonaws.com/role-arn: balancer, disks, secrets"
  value       = module.cluster.service_account_role_arns
}

output "registry_url" {
  description = "REGISTRY of the Jenkins pipeline"
  value       = module.registry.url
}

output "push_role_arn" {
  description = "What the pipeline takes on to push"
  value       = module.registry.push_role_arn
}

output "addresses" {
  description = "Hosts for DATABASE_URL, DATABASE_REPLICA_URL and STORE_URL, and ORDER_LOG_URL without its user and password; null: not made here"
  value = {
    database         = module.database.address
    database_replica = module.database.replica_address
    redis            = one(module.cache[*].address)
    order_log_url    = one(module.broker[*].order_log_url)
  }
}

output "database_password_secret_arn" {
  description = "Where RDS keeps the password"
  value       = module.database.password_secret_arn
}

output "kafka_user_secret_arn" {
  description = "Where MSK keeps user and password; null: not made here"
  value       = one(module.broker[*].user_secret_arn)
}

output "edge" {
  description = "Alias of the domain, id for invalidations, group of the balancer, TRUSTED_PROXIES"
  value = {
    domain_name                = module.edge.domain_name
    distribution_id            = module.edge.distribution_id
    balancer_security_group_id = module.edge.balancer_security_group_id
    trusted_proxies            = concat([var.cidr], module.edge.trusted_proxies)
  }
}

output "alarm_topic_arns" {
  description = "Subscribe whoever is to be woken"
  value       = module.monitoring.topic_arns
}

output "cluster_secret_store" {
  description = "What the manifests call the ClusterSecretStore tidegate: kubectl apply it"
  value = yamlencode({
    apiVersion = "external-secrets.io/v1"
    kind       = "ClusterSecretStore"
    metadata   = { name = "tidegate" }
    spec       = { provider = { aws = { service = "SecretsManager", region = var.region } } }
  })
}
