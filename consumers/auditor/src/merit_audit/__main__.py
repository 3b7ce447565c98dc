"""`python -m merit_audit`."""

import sys

from merit_audit.cli import main

sys.exit(main())
