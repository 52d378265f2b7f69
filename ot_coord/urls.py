"""The site's URLs: the app's own, and nothing else."""

from django.urls import include, path

handler400 = "referrals.views.error.bad_request"
handler403 = "referrals.views.error.forbidden"
handler404 = "referrals.views.error.not_found"
handler500 = "referrals.views.error.server_error"

urlpatterns = [path("", include("referrals.urls"))]
