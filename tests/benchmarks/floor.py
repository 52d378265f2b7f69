"""What does a page cost in which nothing stands, and an answer that says nothing at all?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from ot_coord.urls import urlpatterns as product
from referrals.views.decorators import public, signed_in


@signed_in
def floor(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


@public
def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [*product, path("floor/", floor, name="floor"), path("nothing/", nothing)]
