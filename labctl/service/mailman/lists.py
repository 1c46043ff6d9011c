"""Makes the lists of a file, one a line: posting address, the one subscriber, kind.

plain      hands a message on as it came
footer     a prefix in Subject and a footer, Mailman's own
munged     the same, and From is always the list's
mitigated  the same, and From is the list's where the author's DMARC policy is quarantine or reject
"""
import sys

from mailman.core.initialize import initialize

initialize('/etc/mailman3/mailman.cfg')

from mailman.app.lifecycle import create_list  # noqa: E402
from mailman.database.transaction import transaction  # noqa: E402
from mailman.interfaces.action import Action  # noqa: E402
from mailman.interfaces.archiver import ArchivePolicy  # noqa: E402
from mailman.interfaces.domain import IDomainManager  # noqa: E402
from mailman.interfaces.listmanager import IListManager  # noqa: E402
from mailman.interfaces.mailinglist import DMARCMitigateAction  # noqa: E402
from mailman.interfaces.member import MemberRole  # noqa: E402
from mailman.interfaces.usermanager import IUserManager  # noqa: E402
from mailman.utilities.datetime import now  # noqa: E402
from zope.component import getUtility  # noqa: E402


def make(posting, subscriber, kind):
    name, domain = posting.split('@')
    if domain not in getUtility(IDomainManager):
        getUtility(IDomainManager).add(domain)
    if getUtility(IListManager).get(posting) is not None:
        return
    mlist = create_list(posting)
    mlist.display_name = name
    mlist.subject_prefix = '' if kind == 'plain' else '[{}] '.format(name)
    # Everybody may post: what becomes of a message is the receiver's business.
    mlist.default_nonmember_action = Action.accept
    mlist.require_explicit_destination = False
    mlist.send_welcome_message = False
    mlist.admin_immed_notify = False
    mlist.digests_enabled = False
    mlist.process_bounces = False
    mlist.archive_policy = ArchivePolicy.never
    if kind in ('munged', 'mitigated'):
        mlist.dmarc_mitigate_action = DMARCMitigateAction.munge_from
        mlist.dmarc_mitigate_unconditionally = kind == 'munged'
    users = getUtility(IUserManager)
    address = users.get_address(subscriber) or users.create_address(subscriber)
    address.verified_on = now()
    mlist.subscribe(address, MemberRole.member)


with open(sys.argv[1], encoding='utf-8') as lists, transaction():
    for line in lists:
        make(*line.split())
