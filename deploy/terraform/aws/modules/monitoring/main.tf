# What Prometheus in the cluster cannot see: whether the shop is reached from outside, and the machines of the managed stores.
resource "aws_sns_topic" "this" {
  name = var.name
}

resource "aws_route53_health_check" "shop" {
  type              = "HTTPS"
  fqdn              = var.domain
  port              = 443
  resource_path     = "/api/v1/build-info"
  request_interval  = 30
  failure_threshold = 3
  tags              = { Name = var.name }
}

# Health checks tell their metrics in us-east-1 alone.
resource "aws_sns_topic" "global" {
  region = "us-east-1"
  name   = "${var.name}-global"
}

resource "aws_cloudwatch_metric_alarm" "shop" {
  region              = "us-east-1"
  alarm_name          = "${var.name}-not-reached"
  alarm_description   = "The shop cannot be reached from outside: docs/runbook.md, Gateways down"
  namespace           = "AWS/Route53"
  metric_name         = "HealthCheckStatus"
  dimensions          = { HealthCheckId = aws_route53_health_check.shop.id }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 2
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.global.arn]
  ok_actions          = [aws_sns_topic.global.arn]
}

resource "aws_cloudwatch_metric_alarm" "database_disk" {
  alarm_name          = "${var.name}-database-disk"
  alarm_description   = "docs/runbook.md, Disk full"
  namespace           = "AWS/RDS"
  metric_name         = "FreeStorageSpace"
  dimensions          = { DBInstanceIdentifier = var.database_id }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 5 * pow(1024, 3)
  period              = 300
  evaluation_periods  = 1
  alarm_actions       = [aws_sns_topic.this.arn]
}

resource "aws_cloudwatch_metric_alarm" "database_cpu" {
  alarm_name          = "${var.name}-database-cpu"
  alarm_description   = "docs/runbook.md, Ledger behind"
  namespace           = "AWS/RDS"
  metric_name         = "CPUUtilization"
  dimensions          = { DBInstanceIdentifier = var.database_id }
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  period              = 300
  evaluation_periods  = 3
  alarm_actions       = [aws_sns_topic.this.arn]
}

resource "aws_cloudwatch_metric_alarm" "cache_memory" {
  count = var.cache_id == null ? 0 : 1

  alarm_name          = "${var.name}-redis-memory"
  alarm_description   = "At 100 % it takes no orders any more: docs/operations.md, Redis"
  namespace           = "AWS/ElastiCache"
  metric_name         = "DatabaseMemoryUsagePercentage"
  dimensions          = { ReplicationGroupId = var.cache_id }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 75
  period              = 60
  evaluation_periods  = 2
  alarm_actions       = [aws_sns_topic.this.arn]
}
