variable "name" {
  description = "Begins the name of everything that is made, such as tidegate-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "The name is 3 to 31 small letters, digits and hyphens, a letter first."
  }
}

variable "kubernetes_version" {
  description = "Version of Kubernetes, without the patch"
  type        = string

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "A version such as 1.34."
  }
}

variable "subnet_ids" {
  description = "Private subnets, in two zones at least"
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "EKS wants subnets in two zones at least."
  }
}

variable "administrator_cidrs" {
  description = "From where the API of the cluster can be reached over the internet; none: only from inside"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for cidr in var.administrator_cidrs : can(cidrhost(cidr, 0)) && cidr != "0.0.0.0/0"])
    error_message = "Networks such as 203.0.113.0/24, and never the whole internet."
  }
}

variable "administrator_role_arns" {
  description = "Roles that may do everything in the cluster"
  type        = list(string)

  validation {
    condition     = length(var.administrator_role_arns) > 0
    error_message = "Without a role nobody could use the cluster."
  }
}

variable "instance_type" {
  description = "Machines of the cluster"
  type        = string
}

variable "nodes" {
  description = "How many machines, at least and at most; tidegate plan says how many a sale needs"
  type        = object({ min = number, max = number })

  validation {
    condition     = var.nodes.min >= 3 && var.nodes.max >= var.nodes.min
    error_message = "At least three, one a zone, and at most no fewer than that."
  }
}

variable "secret_arns" {
  description = "Secrets that the cluster may read"
  type        = list(string)
}

variable "secret_key_arn" {
  description = "What it decrypts them by"
  type        = string
}

variable "deletion_protection" {
  description = "Whether it has to be turned off before the cluster can be deleted"
  type        = bool
}
