output "order_log_url" {
  description = "ORDER_LOG_URL"
  value       = "kafka://${aws_msk_cluster.this.bootstrap_brokers}"
}
