#include "tests/tidy/rules.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <regex>
#include <set>

#include "tests/text.h"

namespace merit::tidy {
namespace {

constexpr int kLineMax = 100;

bool IsCode(const std::string& path) { return path.ends_with(".h") || path.ends_with(".cc"); }

// "engine/log/file.h" -> "log"; "engine/engine.h" -> ""; "" for what is not in engine/.
std::string RoomOf(const std::string& path) {
  static const std::regex kRoom("engine/([a-z_]+)/.*");
  std::smatch match;
  return std::regex_match(path, match, kRoom) ? match[1].str() : "";
}

// Each room, and the rooms whose headers it may include besides its own.
const std::map<std::string, std::set<std::string>>& Arrows() {
  static const std::map<std::string, std::set<std::string>> kArrows = {
      {"base", {}},
      {"rows", {"base"}},
      {"core", {"base", "rows"}},
      {"wire", {"base"}},
      {"kafka", {"base"}},
      {"log", {"base", "kafka"}},
      {"store", {"base"}},
      {"publish", {"base", "kafka"}}};
  return kArrows;
}

bool IsStandardHeader(const std::string& header) {
  static const std::regex kStandard("[a-z_0-9]+");
  return std::regex_match(header, kStandard);
}

bool IsMessageHeader(const std::string& header) {
  static const std::regex kMessage(
      "merit/v1/[a-z_]+\\.pb\\.h|google/protobuf/(stubs/)?[a-z_]+\\.h");
  return std::regex_match(header, kMessage);
}

// Why `path`, in `room`, may not include `header`; empty where it may.
std::string WhyNot(const std::string& path, const std::string& room, const std::string& header) {
  static const std::regex kAbove("(consumers|simulator|tests|bench)/.*");
  if (std::regex_match(header, kAbove)) return "the engine knows nothing above it";
  if (header.starts_with("absl/status/") && path != "engine/base/status.h") {
    return "engine/base/status.h alone names Abseil's Status";
  }
  if (room.empty()) return "";
  if (header.starts_with("engine/")) {
    const std::string other = RoomOf(header);
    // Outputs are archives too: the one place where a port builds on another's format.
    if (room == "publish" && header.starts_with("engine/log/archive_")) return "";
    if (other == room || Arrows().at(room).contains(other)) return "";
    return "room " + room + " does not build on " + (other.empty() ? "the engine" : other);
  }
  if ((room == "core" || room == "rows") && !IsStandardHeader(header)) {
    if (room == "core" && IsMessageHeader(header)) return "";
    return "the pure rooms include no library";
  }
  return "";
}

struct Banned {
  std::regex pattern;
  const char* instead;
};

const std::vector<Banned>& ImpureWords() {
  static const std::vector<Banned> kImpure = [] {
    std::vector<Banned> words;
    const auto add = [&](const char* pattern, const char* instead) {
      words.push_back({std::regex(pattern), instead});
    };
    add(R"(\b(double|float)\b)", "integers with a stated unit");
    add(R"(<(cmath|random|chrono|ctime|locale|time\.h|math\.h)>)", "what the record says");
    add(R"(\b(s?rand|random_device|mt19937(_64)?|getenv|setlocale)\b)", "what the record says");
    add(R"((^|[^.>\w])(std::)?(time|clock|gettimeofday|clock_gettime)\()", "the record's time");
    add(R"(\b(MERIT_VERSION|PROJECT_VERSION|__DATE__|__TIME__|__VERSION__|NDEBUG)\b)",
        "policy data, or a new event type");
    add(R"(\bunordered_)", "an ordered container, or hash_index.h");
    add(R"(\bstd::hash\b)", "engine/base/hash.h");
    return words;
  }();
  return kImpure;
}

const std::set<std::string>& EmptyWords() {
  static const std::set<std::string> kEmpty = {"manager", "handler", "helper", "helpers", "util",
                                               "utils",   "common",  "misc",   "impl"};
  return kEmpty;
}

// A path without its file's ending as words: "engine/log/FileReader.cc" -> engine log file reader.
std::vector<std::string> WordsOf(const std::string& name) {
  std::vector<std::string> words(1);
  for (size_t place = 0; place < name.size(); ++place) {
    const auto c = static_cast<unsigned char>(name[place]);
    const bool upper_after_lower =
        std::isupper(c) && place > 0 && std::islower(static_cast<unsigned char>(name[place - 1]));
    if (!std::isalnum(c) || upper_after_lower) words.emplace_back();
    if (std::isalnum(c)) words.back() += static_cast<char>(std::tolower(c));
  }
  return words;
}

std::string EmptyWordIn(const std::string& name) {
  for (const std::string& word : WordsOf(name)) {
    if (EmptyWords().contains(word)) return word;
  }
  return "";
}

// Characters, not bytes: a Chinese term is as wide as it is long.
int WidthOf(const std::string& line) {
  return static_cast<int>(
      std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

Offences CheckIncludes(const std::string& path, const std::string& text) {
  Offences offences;
  if (!path.starts_with("engine/") || !IsCode(path)) return offences;
  static const std::regex kInclude(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"].*)re");
  const std::string room = RoomOf(path);
  if (!room.empty() && !Arrows().contains(room)) return {{0, "room " + room + " is not drawn"}};
  const auto lines = LinesOf(text);
  for (size_t index = 0; index < lines.size(); ++index) {
    std::smatch match;
    if (!std::regex_match(lines[index], match, kInclude)) continue;
    const std::string why = WhyNot(path, room, match[1]);
    if (!why.empty())
      offences.push_back({static_cast<int>(index) + 1, match[1].str() + ": " + why});
  }
  return offences;
}

Offences CheckPurity(const std::string& path, const std::string& text) {
  Offences offences;
  const std::string room = RoomOf(path);
  if (!IsCode(path) || (room != "core" && room != "rows")) return offences;
  const auto lines = LinesOf(CodeOf(text));
  for (size_t index = 0; index < lines.size(); ++index) {
    for (const Banned& banned : ImpureWords()) {
      std::smatch match;
      if (!std::regex_search(lines[index], match, banned.pattern)) continue;
      offences.push_back({static_cast<int>(index) + 1, match.str() + ": use " + banned.instead});
    }
  }
  return offences;
}

Offences CheckNames(const std::string& path, const std::string& text) {
  Offences offences;
  const std::string word = EmptyWordIn(path);
  if (!word.empty()) offences.push_back({0, "\"" + word + "\" in the name says nothing"});
  if (!IsCode(path)) return offences;
  // What is only declared may be another library's.
  static const std::regex kClass(
      R"(\b(class|struct|enum class|namespace)\s+([A-Za-z]\w*)\b(?!\s*;))");
  const auto lines = LinesOf(CodeOf(text));
  for (size_t index = 0; index < lines.size(); ++index) {
    for (std::sregex_iterator match(lines[index].begin(), lines[index].end(), kClass), end;
         match != end; ++match) {
      if (EmptyWordIn((*match)[2]).empty()) continue;
      offences.push_back({static_cast<int>(index) + 1, (*match)[2].str() + " says nothing"});
    }
  }
  return offences;
}

Offences CheckLineLengths(const std::string& path, const std::string& text) {
  Offences offences;
  if (!IsCode(path) && !path.ends_with(".py")) return offences;
  const auto lines = LinesOf(text);
  for (size_t index = 0; index < lines.size(); ++index) {
    const int width = WidthOf(lines[index]);
    if (width <= kLineMax) continue;
    offences.push_back(
        {static_cast<int>(index) + 1,
         std::to_string(width) + " characters; at most " + std::to_string(kLineMax)});
  }
  return offences;
}

Offences CheckHeader(const std::string& path, const std::string& text) {
  if (!path.ends_with(".h")) return {};
  if (!text.starts_with("// ")) return {{1, "a header begins with its contract"}};
  if (text.find("\n#pragma once\n") == std::string::npos) return {{1, "#pragma once is missing"}};
  return {};
}

Offences CheckStandsAlone(const std::string& path, const std::string& text) {
  Offences offences;
  static const std::set<std::string> kDocuments = {"ARCHITECTURE.md", "DOMAIN.md", "EFFECTS.md",
                                                   "FORMAT.md",       "README.md", "HISTORY.md"};
  static const std::regex kDocument(R"(\b[A-Z_]+\.md\b)");
  static const std::regex kMachine(R"((^|[\s"'(`=:])/(work|home|root|Users|mnt)/)");
  const auto lines = LinesOf(text);
  for (size_t index = 0; index < lines.size(); ++index) {
    const std::string& line = lines[index];
    std::smatch match;
    if (std::regex_search(line, match, kMachine)) {
      offences.push_back({static_cast<int>(index) + 1, match.str() + ": a path of one machine"});
    }
    for (std::sregex_iterator document(line.begin(), line.end(), kDocument), end; document != end;
         ++document) {
      if (kDocuments.contains(document->str())) continue;
      offences.push_back(
          {static_cast<int>(index) + 1, document->str() + ": no document of this project"});
    }
  }
  (void)path;
  return offences;
}

std::string CodeOf(std::string_view text) {
  std::string code(text);
  enum { kCode, kLineComment, kBlockComment, kString, kCharacter } now = kCode;
  for (size_t place = 0; place < code.size(); ++place) {
    const char c = text[place];
    const char next = place + 1 < text.size() ? text[place + 1] : '\0';
    const bool line_end = c == '\n';
    if (now == kCode) {
      const bool in_number = place > 0 && std::isalnum(static_cast<unsigned char>(text[place - 1]));
      if (c == '/' && next == '/') now = kLineComment;
      if (c == '/' && next == '*') now = kBlockComment;
      if (c == '"') now = kString;
      if (c == '\'' && !in_number) now = kCharacter;
      if (now == kLineComment || now == kBlockComment) code[place] = ' ';
      continue;
    }
    const bool literal = now == kString || now == kCharacter;
    const bool closes = (now == kString && c == '"') || (now == kCharacter && c == '\'');
    if (closes || (line_end && now != kBlockComment)) {
      now = kCode;
      continue;
    }
    if (now == kBlockComment && c == '*' && next == '/') {
      code[place] = code[place + 1] = ' ';
      ++place;
      now = kCode;
      continue;
    }
    if (!line_end) code[place] = ' ';
    if (literal && c == '\\' && next != '\n' && next != '\0') code[++place] = ' ';
  }
  return code;
}

}  // namespace merit::tidy
