output "tidegate" {
  description = "Everything that manifests, pipelines and people need: terraform output tidegate"
  value       = module.tidegate
}
