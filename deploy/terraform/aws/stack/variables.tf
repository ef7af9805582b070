variable "environment" {
  description = "staging or production"
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "staging or production."
  }
}

variable "region" {
  description = "Where everything but the edge is"
  type        = string
}

variable "zones" {
  description = "Three availability zones of the region"
  type        = list(string)
}

variable "cidr" {
  description = "Addresses of the network, /16"
  type        = string
}

variable "kubernetes_version" {
  description = "Version of Kubernetes, without the patch"
  type        = string
  default     = "1.34"
}

variable "administrator_cidrs" {
  description = "From where the API of the cluster can be reached over the internet; none: only from inside"
  type        = list(string)
  default     = []
}

variable "administrator_role_arns" {
  description = "Roles that may do everything in the cluster"
  type        = list(string)
}

variable "pusher_arns" {
  description = "Roles of the pipelines, which may push images"
  type        = list(string)
}

variable "node_type" {
  description = "Machines of the cluster"
  type        = string
}

variable "nodes" {
  description = "How many machines, at least and at most"
  type        = object({ min = number, max = number })
}

variable "database" {
  description = "PostgreSQL: the ledger"
  type = object({
    instance_class  = string
    multi_az        = bool
    replica         = bool
    storage_gb      = number
    max_connections = number
    backup_days     = number
  })
}

variable "managed_redis" {
  description = "ElastiCache, with STORE_DURABILITY=memory: a failover may lose orders that buyers were told of. Null: Redis is run by oneself"
  type        = object({ node_type = string, replicas = number })
}

variable "kafka_type" {
  description = "Machine of the MSK brokers; null: the order log is the stream in Redis"
  type        = string
}

variable "edge" {
  description = "CloudFront and its firewall"
  type = object({
    domain               = string
    origin_domain        = string
    certificate_arn      = string
    requests_per_address = number
    blocked_ja4          = optional(list(string), [])
    join_needs_browser   = optional(bool, false)
  })
}

variable "deletion_protection" {
  description = "Whether it has to be turned off before anything that stores can be deleted"
  type        = bool

  validation {
    condition     = var.deletion_protection || var.environment != "production"
    error_message = "Production is protected."
  }
}
