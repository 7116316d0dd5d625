"""Signing in with the identity provider of an organisation: OpenID Connect, authorization code with PKCE."""
