output "url" {
  description = "What images are pushed to: REGISTRY of the Jenkins pipeline"
  value       = aws_ecr_repository.this.repository_url
}

output "push_role_arn" {
  description = "What the pipeline takes on"
  value       = aws_iam_role.push.arn
}
