# The filter of this receiver removes a sender's own X-Spam and writes it when its action is "add header".
require ["fileinto"];
if header :is "X-Spam" "Yes" { fileinto "Junk"; stop; }
