output "order_log_url" {
  description = "ORDER_LOG_URL, in which USER:PASSWORD is to be that of user_secret_arn"
  value       = "kafka+tls://USER:PASSWORD@${aws_msk_cluster.this.bootstrap_brokers_sasl_scram}"
}

output "user_secret_arn" {
  description = "Where username and password of the brokers are"
  value       = aws_secretsmanager_secret.user.arn
}
