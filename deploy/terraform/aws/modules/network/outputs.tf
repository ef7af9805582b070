output "vpc_id" {
  description = "The network"
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "Where nodes and stores are, one a zone"
  value       = [for subnet in aws_subnet.private : subnet.id]
}
