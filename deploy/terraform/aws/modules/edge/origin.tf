# The balancer lets in CloudFront alone. That is any distribution of CloudFront: the host of the ingress rule is the rest.
data "aws_ec2_managed_prefix_list" "cloudfront" {
  region = var.origin_region
  name   = "com.amazonaws.global.cloudfront.origin-facing"
}

data "aws_ip_ranges" "cloudfront" {
  services = ["cloudfront_origin_facing"]
}

resource "aws_security_group" "balancer" {
  region      = var.origin_region
  name        = "${var.name}-balancer"
  description = "CloudFront alone"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  region            = var.origin_region
  security_group_id = aws_security_group.balancer.id
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "pods" {
  region            = var.origin_region
  security_group_id = aws_security_group.balancer.id
  cidr_ipv4         = var.vpc_cidr
  ip_protocol       = "tcp"
  from_port         = 8000
  to_port           = 8000
}
