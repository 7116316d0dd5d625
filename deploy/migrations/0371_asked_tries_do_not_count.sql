-- A try that somebody asked for does not count: eleven of them within a minute would give the receiver up.

GRANT UPDATE (tries) ON webhook_delivery TO throughline_app;
