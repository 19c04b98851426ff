"""The nn.Modules that block specs build; one file per file of `netlab.blocks`."""
