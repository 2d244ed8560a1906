"""PrestaShop's webservice, as of 8.2.1: https://devdocs.prestashop-project.org/8/webservice/"""
