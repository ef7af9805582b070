output "domain_name" {
  description = "What the domain is an alias of"
  value       = aws_cloudfront_distribution.this.domain_name
}

output "distribution_id" {
  description = "For invalidations"
  value       = aws_cloudfront_distribution.this.id
}

output "balancer_security_group_id" {
  description = "For the annotation alb.ingress.kubernetes.io/security-groups"
  value       = aws_security_group.balancer.id
}

output "trusted_proxies" {
  description = "For TRUSTED_PROXIES, beside the network itself: otherwise the edge is the client, and all buyers are a few"
  value       = data.aws_ip_ranges.cloudfront.cidr_blocks
}
