# Roles that a service account of the cluster may take on, and nobody else (IRSA).
locals {
  issuer = trimprefix(aws_eks_cluster.this.identity[0].oidc[0].issuer, "https://")

  service_accounts = {
    balancer = "kube-system:aws-load-balancer-controller"
    disks    = "kube-system:ebs-csi-controller-sa"
    secrets  = "external-secrets:external-secrets"
  }
}

resource "aws_iam_openid_connect_provider" "this" {
  url            = aws_eks_cluster.this.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "service_account" {
  for_each = local.service_accounts

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.this.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["system:serviceaccount:${each.value}"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "service_account" {
  for_each = local.service_accounts

  name               = "${var.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.service_account[each.key].json
}

resource "aws_iam_role_policy_attachment" "disks" {
  role       = aws_iam_role.service_account["disks"].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
}

resource "aws_iam_role_policy" "secrets" {
  name   = "read-secrets-of-tidegate"
  role   = aws_iam_role.service_account["secrets"].id
  policy = data.aws_iam_policy_document.secrets.json
}

data "aws_iam_policy_document" "secrets" {
  statement {
    actions   = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
    resources = var.secret_arns
  }

  statement {
    actions   = ["kms:Decrypt"]
    resources = [var.secret_key_arn]
  }
}

resource "aws_iam_role_policy" "balancer" {
  name   = "balancers-of-this-cluster"
  role   = aws_iam_role.service_account["balancer"].id
  policy = data.aws_iam_policy_document.balancer.json
}

# What the controller may look at is everything, what it may change carries the name of this cluster.
data "aws_iam_policy_document" "balancer" {
  statement {
    sid = "Look"
    actions = [
      "acm:DescribeCertificate", "acm:ListCertificates",
      "ec2:DescribeAccountAttributes", "ec2:DescribeAddresses", "ec2:DescribeAvailabilityZones", "ec2:DescribeInstances",
      "ec2:DescribeInternetGateways", "ec2:DescribeIpamPools", "ec2:DescribeNetworkInterfaces", "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeTags", "ec2:DescribeVpcs",
      "ec2:DescribeVpcPeeringConnections", "ec2:GetSecurityGroupsForVpc", "elasticloadbalancing:Describe*",
    ]
    resources = ["*"]
  }

  statement {
    sid = "Make"
    actions = [
      "ec2:CreateSecurityGroup", "elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup",
    ]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/elbv2.k8s.aws/cluster"
      values   = [var.name]
    }
  }

  # A security group is made in a network, which has no tag of the request.
  statement {
    sid       = "MakeInNetwork"
    actions   = ["ec2:CreateSecurityGroup"]
    resources = ["arn:aws:ec2:*:*:vpc/*"]
  }

  statement {
    sid       = "NameWhatIsMade"
    actions   = ["ec2:CreateTags"]
    resources = ["arn:aws:ec2:*:*:security-group/*"]
    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["CreateSecurityGroup"]
    }
  }

  statement {
    sid       = "NameBalancersThatAreMade"
    actions   = ["elasticloadbalancing:AddTags"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "elasticloadbalancing:CreateAction"
      values   = ["CreateLoadBalancer", "CreateTargetGroup"]
    }
  }

  statement {
    sid = "ChangeWhatIsOurs"
    actions = [
      "ec2:AuthorizeSecurityGroupIngress", "ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupIngress",
      "elasticloadbalancing:AddTags", "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:DeleteTargetGroup",
      "elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:RegisterTargets", "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:SetIpAddressType", "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets",
    ]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/elbv2.k8s.aws/cluster"
      values   = [var.name]
    }
  }

  # The group of the nodes belongs to the cluster, and not to the controller.
  statement {
    sid       = "LetBalancersReachNodes"
    actions   = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
    resources = ["arn:aws:ec2:*:*:security-group/${aws_eks_cluster.this.vpc_config[0].cluster_security_group_id}"]
  }

  # Listeners and rules have no tags when they are made: they are of a balancer that has.
  statement {
    sid = "ListenersAndRules"
    actions = [
      "elasticloadbalancing:AddListenerCertificates", "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:CreateRule", "elasticloadbalancing:DeleteListener", "elasticloadbalancing:DeleteRule",
      "elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyListenerAttributes",
      "elasticloadbalancing:ModifyRule", "elasticloadbalancing:RemoveListenerCertificates",
    ]
    resources = [
      "arn:aws:elasticloadbalancing:*:*:listener*/app/k8s-*", "arn:aws:elasticloadbalancing:*:*:loadbalancer/app/k8s-*",
    ]
  }
}
