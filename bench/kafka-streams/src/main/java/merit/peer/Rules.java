package merit.peer;

import java.util.HashMap;
import java.util.Map;
import merit.v1.PolicyOuterClass.Campaign;
import merit.v1.PolicyOuterClass.CapGroup;
import merit.v1.PolicyOuterClass.Category;
import merit.v1.PolicyOuterClass.ExpiryRule;
import merit.v1.PolicyOuterClass.Policy;

/** A policy's numbers, and points by them (DOMAIN §7). */
final class Rules {
  private static final long MODE_SEVERITY_EVIDENCE_CAMPAIGN = 1_000_000_000_000L;

  final Policy row;
  final Category volunteer;
  private final Map<Integer, Category> categories = new HashMap<>();
  private final int[] mode;
  private final int[] severity;
  private final int[] evidence;

  Rules(Policy row) {
    this.row = row;
    for (Category category : row.getCategoriesList()) categories.put(category.getCode(), category);
    volunteer =
        row.getCategoriesList().stream()
            .filter(c -> c.getCapGroup() == CapGroup.CAP_GROUP_VOLUNTEER)
            .findFirst()
            .orElseThrow(() -> new OutsideTheSubset("a policy without a category VOLUNTEER"));
    mode = new int[] {0, row.getModeReportPermille(), row.getModeHandlePermille()};
    severity =
        new int[] {
          0,
          row.getSeverityMinorPermille(),
          row.getSeverityNormalPermille(),
          row.getSeverityMajorPermille(),
          row.getSeverityCriticalPermille()
        };
    evidence =
        new int[] {
          0,
          row.getEvidenceCompletePermille(),
          row.getEvidencePartialPermille(),
          row.getEvidencePoorPermille()
        };
    if (row.getBudgetMonthlyPts() > 0) throw new OutsideTheSubset("a policy with a budget");
  }

  Category category(int code) {
    return categories.get(code);
  }

  /** A category that a report may name; null: none. */
  Category reportCategory(int code) {
    final Category category = categories.get(code);
    return category == null || category.getCapGroup() == CapGroup.CAP_GROUP_VOLUNTEER
        ? null
        : category;
  }

  long computedPts(
      Category category, int modeNumber, int severityNumber, int evidenceNumber, int day) {
    final long product =
        (long) category.getBasePts()
            * mode[modeNumber]
            * severity[severityNumber]
            * evidence[evidenceNumber]
            * campaign(category.getCode(), day);
    return Math.max(1, product / MODE_SEVERITY_EVIDENCE_CAMPAIGN);
  }

  private int campaign(int category, int day) {
    int largest = -1;
    for (Campaign campaign : row.getCampaignsList()) {
      if (day < campaign.getFromDay() || day > campaign.getToDay()) continue;
      if (campaign.getCategoriesList().contains(category)) {
        largest = Math.max(largest, campaign.getPermille());
      }
    }
    return largest < 0 ? 1_000 : largest;
  }

  int cred(long approved, long decided) {
    return (int) Math.max(row.getCredFloorPermille(), 1_000 * (approved + 16) / (decided + 20));
  }

  int expireDay(int day) {
    if (row.getExpiry() == ExpiryRule.EXPIRY_RULE_NONE) return Days.NEVER;
    if (row.getExpiry() == ExpiryRule.EXPIRY_RULE_FIXED_DAYS) return day + row.getExpiryN();
    return Days.yearEnd(day, row.getExpiryN());
  }
}
