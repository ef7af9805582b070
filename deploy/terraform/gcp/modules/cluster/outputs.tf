output "name" {
  description = "For gcloud container clusters get-credentials"
  value       = google_container_cluster.this.name
}
