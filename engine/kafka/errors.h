// librdkafka's errors in this house's words.
//
//   Input    doing: what was asked for ("commit the transaction"); where: topic and partition,
//            brokers, a transactional id: never a property's value
//   Output   kUnavailable        no broker, a timeout, an election: the same again may work
//            kAborted            another took over: this client must not go on
//            kDataLoss           the log does not hold the offset that was asked for
//            kNotFound           no such topic or partition
//            kPermissionDenied   TLS, SASL or an ACL
//            kInvalidArgument    the request or a setting cannot be
//            kInternal           anything else
//            The message: what, where, why, and what to do where that is known
#pragma once

#include <string>

#include "engine/base/status.h"
#include "engine/kafka/handles.h"

namespace merit {

[[nodiscard]] Status FromKafka(rd_kafka_resp_err_t error, const std::string& doing,
                               const std::string& where, const std::string& detail = "");
// Takes the error; none is OK.
[[nodiscard]] Status FromKafka(rd_kafka_error_t* error, const std::string& doing,
                               const std::string& where);

StatusCode CodeOfKafka(rd_kafka_resp_err_t error);

}  // namespace merit
