output "topic_arns" {
  description = "Subscribe whoever is to be woken"
  value       = [aws_sns_topic.this.arn, aws_sns_topic.global.arn]
}
