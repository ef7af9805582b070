output "policy_name" {
  description = "securityPolicy of the GCPBackendPolicy"
  value       = google_compute_security_policy.this.name
}
