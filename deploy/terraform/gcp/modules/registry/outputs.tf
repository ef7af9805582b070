output "url" {
  description = "What images are pushed to"
  value       = google_artifact_registry_repository.this.registry_uri
}
