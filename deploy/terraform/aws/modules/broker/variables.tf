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
  description = "Private subnets, in three zones"
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) == 3
    error_message = "Three subnets: a broker in each."
  }
}

variable "client_security_group_id" {
  description = "Who may connect: the nodes of the cluster"
  type        = string
}

variable "kafka_version" {
  description = "A version that MSK has; tests of Tidegate run on 4.3"
  type        = string
  default     = "3.9.x"
}

variable "instance_type" {
  description = "Machine of each broker"
  type        = string

  validation {
    condition     = startswith(var.instance_type, "kafka.")
    error_message = "A type of MSK, such as kafka.m7g.large."
  }
}

variable "storage_gb" {
  description = "Disk of each broker; records are kept for 7 days"
  type        = number
  default     = 50

  validation {
    condition     = var.storage_gb >= 10
    error_message = "10 GB at least."
  }
}
