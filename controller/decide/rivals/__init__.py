"""Other tools' canary judges, rebuilt as pure functions, to be held against ours on the same cases.

They promote unless they see harm; benefit is not their aim. Loops that act on limits somebody must write (Flagger,
Argo Rollouts) get them from the case's own history. The registry's entries are kind to the tools: the budgets are
those of their tutorials where the default would roll back at the first failed check.
"""

from __future__ import annotations

from controller.decide.case import Judge
from controller.decide.rivals.argo import Argo, ArgoSettings
from controller.decide.rivals.flagger import Flagger, FlaggerSettings
from controller.decide.rivals.kayenta import Kayenta, KayentaSettings
from controller.decide.rivals.mann_whitney import MannWhitney
from controller.decide.rivals.welch import Welch, WelchSettings

RIVALS: dict[str, Judge] = {
    "welch": Welch(),
    "welch-peeking": Welch(WelchSettings(peeking=True)),
    "mann-whitney": MannWhitney(),
    "kayenta": Kayenta(),
    "kayenta-growing": Kayenta(KayentaSettings(interval=40)),
    "flagger": Flagger(FlaggerSettings(threshold=5)),
    "argo": Argo(ArgoSettings(failure_limit=3)),
}
