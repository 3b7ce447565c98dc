// merit keygen: a producer's key.
#include <absl/strings/escaping.h>

#include <cstdio>
#include <memory>
#include <string>

#include "consumers/merit/command.h"
#include "consumers/merit/key_file.h"
#include "engine/base/ed25519.h"
#include "engine/base/sha256.h"

namespace merit {
namespace {

constexpr char kAbout[] = R"(Make a key with which a producer signs its events.

The private key goes to a file that only you may read; it never leaves it. What is printed is
the public key: the programme's administrator registers it (ProducerRegistered), and from then
on nothing counts under that producer's name that this key has not signed.)";

constexpr char kExample[] = R"(Examples:
  merit keygen review-desk.key
  merit keygen --show review-desk.key            the public key of a key that is there
  merit submit events.jsonl --key review-desk.key --brokers 127.0.0.1:9092)";

struct Options {
  std::string file;
  bool show = false;
  bool json = false;
};

StatusOr<std::string> PublicKey(const Options& options) {
  if (!options.show) return WriteKeyFile(options.file);
  ASSIGN_OR_RETURN(const std::string key, ReadKeyFile(options.file));
  return PublicKeyOf(key);
}

int RunKeygen(const Options& options) {
  const StatusOr<std::string> key = PublicKey(options);
  if (!key.ok()) return Report("keygen", key.status());
  const std::string base64 = absl::Base64Escape(absl::string_view(key->data(), key->size()));
  const std::string hex = Hex(*key);
  if (options.json) {
    std::printf("{\"public_key\": \"%s\", \"public_key_hex\": \"%s\"}\n", base64.c_str(),
                hex.c_str());
    return kExitOk;
  }
  if (!options.show) std::printf("private key:  %s, for your eyes only\n", options.file.c_str());
  std::printf("public key:   %s\n", hex.c_str());
  std::printf("in an event:  \"public_key\": \"%s\"\n", base64.c_str());
  return kExitOk;
}

}  // namespace

void AddKeygen(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("keygen", kAbout);
  command->footer(kExample);
  command->add_option("file", options->file, "the private key's file, a new one")->required();
  command->add_flag("--show", options->show, "make none: say the public key of this one");
  command->add_flag("--json", options->json, "as JSON");
  command->callback([options, &run] { run = [options] { return RunKeygen(*options); }; });
}

}  // namespace merit
