# OpenDMARC files nothing itself. What came in under this receiver's name was renamed by its MX (claimed_results).
require ["fileinto"];
if header :matches "Authentication-Results" "{fqdn}; dmarc=fail (p=quarantine*" { fileinto "Junk"; stop; }
