output "bucket" {
  description = "For backend.hcl"
  value       = google_storage_bucket.state.name
}
