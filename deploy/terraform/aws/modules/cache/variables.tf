variable "name" {
  description = "Begins the name of everything that is made, such as tidegate-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "The name is 3 to 31 small letters, digits and hyphens, a letter first."
  }
}

variable "vpc_id" {
  description = "The network"
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, in different zones"
  type        = list(string)
}

variable "client_security_group_id" {
  description = "Who may connect: the nodes of the cluster"
  type        = string
}

variable "node_type" {
  description = "Machine of each node"
  type        = string

  validation {
    condition     = startswith(var.node_type, "cache.")
    error_message = "A type of ElastiCache, such as cache.r7g.large."
  }
}

variable "replicas" {
  description = "Replicas beside the primary, in other zones"
  type        = number

  validation {
    condition     = var.replicas >= 1 && var.replicas <= 5
    error_message = "From 1 to 5: without one there is nothing to fail over to."
  }
}
