output "cluster_name" {
  description = "For gcloud container clusters get-credentials"
  value       = module.cluster.name
}

output "registry_url" {
  description = "What images are pushed to"
  value       = module.registry.url
}

output "addresses" {
  description = "Hosts for DATABASE_URL and STORE_URL; null: not made here"
  value       = { database = module.database.address, redis = one(module.cache[*].address) }
}

output "security_policy" {
  description = "securityPolicy of the GCPBackendPolicy"
  value       = module.edge.policy_name
}

output "uptime_check_id" {
  description = "The check from outside"
  value       = module.monitoring.uptime_check_id
}

output "cluster_secret_store" {
  description = "What the manifests call the ClusterSecretStore tidegate: kubectl apply it"
  value = yamlencode({
    apiVersion = "external-secrets.io/v1"
    kind       = "ClusterSecretStore"
    metadata   = { name = "tidegate" }
    spec       = { provider = { gcpsm = { projectID = var.project_id } } }
  })
}
