# Rules of the language. Those of AWS and Google come as programs of their own, which no package registry has: the job
# `terraform` in .github/workflows/ci.yaml fetches them.
plugin "terraform" {
  enabled = true
  preset  = "all"
}
