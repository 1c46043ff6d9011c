#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/language.h"
#include "labctl/evaluate/prediction.h"
#include "labctl/evaluate/zone_resolver.h"
#include "labctl/evidence/evidence.h"
#include "labctl/scenario/scenario.h"

namespace labctl::scenario {

/// Why a receiver wrote something else than was predicted.
enum class DifferenceCause {
  receiver,       ///< it deviates from a sentence of an RFC that `reason` names
  cache,          ///< it judged by records of an earlier moment
  timing,         ///< the records changed while the message was under way
  unpredictable,  ///< the zones do not tell it, as the lesson says
  evaluator,      ///< nothing of these: labctl's evaluator is wrong, or the receiver in a way that is not known yet
};
std::string_view name_of(DifferenceCause cause);

/// One result that came out otherwise.
struct PredictionDifference {
  std::string what;  ///< "spf", "dmarc", "disposition"
  std::string predicted;
  std::string seen;
  DifferenceCause cause = DifferenceCause::evaluator;
  LocalText reason;
};

/// What the receiver wrote of a message, as far as it can be compared.
struct ReceiverSaid {
  std::string spf;          ///< empty: nothing
  std::string dmarc;        ///< empty: nothing
  std::string disposition;  ///< "none", "quarantine", "reject"; empty: unknown
  std::vector<evaluate::DkimSignature> dkim;
};
ReceiverSaid receiver_said(const evidence::MailSeen& mail);

/// The lab's zones at one moment.
using ZoneSnapshot = std::vector<evaluate::Zone>;

/// The prediction for a message by the zones of one moment. DKIM is its input: what the receiver found of the
/// signatures. None (usage) for a message whose identities can't be read.
Result<evaluate::Prediction> predict_mail(const ZoneSnapshot& zones, const evidence::MailSeen& mail,
                                          const ReceiverSaid& said);

/// What was predicted for one message, and what came of it.
struct PredictionCheck {
  evaluate::Prediction predicted;
  ReceiverSaid said;
  std::vector<PredictionDifference> differences;
  std::string listed;  ///< Deviation::section of the lesson; empty: it says nothing
};

/// What the lesson says of the prediction for its message at that receiver stack; null: nothing.
const Deviation* listed_deviation(const Scenario& scenario, const Step& step, std::string_view stack);

/// @param before the zones when the message was about to be sent; `after`: when it had come to its end; `earlier`:
/// before the last messages of the same participant, newest first; `listed`: may be null
Result<PredictionCheck> check_prediction(const ZoneSnapshot& before, const ZoneSnapshot& after,
                                         const std::vector<ZoneSnapshot>& earlier, const evidence::MailSeen& mail,
                                         const Deviation* listed = nullptr);

}  // namespace labctl::scenario
