"""What a campaign does: a set of actions for each contract, and for what goes across them."""

from .authorised import Authorising
from .desk import Trading
from .governance import Governing
from .issuing import Issuing
from .oracle import Attesting
from .vault import Redeeming
from .wind_down import Ending

#: All sets; where several define something, the first of them counts and may call upon the next.
SETS = (Authorising, Trading, Ending, Redeeming, Governing, Attesting, Issuing)
