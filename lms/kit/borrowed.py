"""Sentences of allauth, Django and Wagtail that the academy says its own way: listed so that they reach our catalogues.

Catalogues of LOCALE_PATHS come before those of the libraries. Here stands what people meet while signing in, and what
Wagtail writes on every list in a form that a screen reader stumbles on, such as "Ajouter un(e)".
"""

from django.utils.translation import gettext_noop as _

BORROWED = (
    # Tabs of a page in the admin: Wagtail's "Promotion" is a cohort to French trainers
    _("Promote"),
    # Fields
    _("Email"),
    _("Email address"),
    _("New Password (again)"),
    _("Authenticator code"),
    _("This field is required."),
    # Refusals
    _("The email address and/or password you specified are not correct."),
    _("Incorrect password."),
    _("Incorrect code."),
    _("Invalid or expired key."),
    _("Too many failed login attempts. Try again later."),
    _("Be patient, you are sending too many requests."),
    _("You must type the same password each time."),
    _("The new value must be different from the current one."),
    _("This email address is already associated with this account."),
    _("A user is already registered with this email address."),
    _("You cannot remove your primary email address."),
    _("You cannot remove your primary email address (%(email)s)."),
    _("Your primary email address must be verified."),
    _("You cannot activate two-factor authentication until you have verified your email address."),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    # Other ways to confirm
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
    # Messages
    _("Confirmation email sent to %(email)s."),
    _("You have confirmed %(email)s."),
    _("Removed email address %(email)s."),
    _("Primary email address set."),
    _("A new set of recovery codes has been generated."),
    _("Security key added."),
    _("Security key removed."),
    _("Signed out of all other sessions."),
    # Mails that tell of a change
    _("Authenticator app activated."),
    _("Authenticator App Activated"),
    _("Authenticator app deactivated."),
    _("Authenticator App Deactivated"),
    _("A new security key has been added."),
    _("Security Key Added"),
    _("A security key has been removed."),
    _("Security Key Removed"),
    _("A new set of Two-Factor Authentication recovery codes has been generated."),
    _("New Recovery Codes Generated"),
    _("Your email has been changed from %(from_email)s to %(to_email)s."),
    _("Email Changed"),
    _("Your email has been confirmed."),
    _("Email Confirmation"),
    _("Your password has been changed."),
    _("Password Changed"),
    _("Your password has been set."),
    _("Password Set"),
    _("Your password has been reset."),
    _("Password Reset"),
    # Lists and forms of Wagtail
    _("Add %(label)s"),
    _("Add %(model_name)s"),
    _("New: %(model_name)s"),
    _("Create a new %(model_name)s"),
    _("No %(model_name)s match your query."),
    _("Choose another"),
    _("None"),
    _("Users"),
    _("Add a user"),
    _("Add user"),
)
