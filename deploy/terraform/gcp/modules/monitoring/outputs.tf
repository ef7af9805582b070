output "uptime_check_id" {
  description = "The check from outside"
  value       = google_monitoring_uptime_check_config.shop.uptime_check_id
}
