"""What every API request passes before it reaches a project.

`authentication` finds the project of its key, `authorization` says what the key may call, and checks its JWT,
`rate_limits` counts it.
"""
