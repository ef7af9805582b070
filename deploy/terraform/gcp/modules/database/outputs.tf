output "address" {
  description = "Host of DATABASE_URL"
  value       = google_sql_database_instance.this.private_ip_address
}
