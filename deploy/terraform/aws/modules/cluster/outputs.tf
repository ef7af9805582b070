output "name" {
  description = "For aws eks update-kubeconfig, and for the balancer controller"
  value       = aws_eks_cluster.this.name
}

output "node_security_group_id" {
  description = "Of all nodes and pods: what stores let in"
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

output "service_account_role_arns" {
  description = "For the annotation eks.amazonaws.com/role-arn: balancer, disks, secrets"
  value       = { for name, role in aws_iam_role.service_account : name => role.arn }
}
